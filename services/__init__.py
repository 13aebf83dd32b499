"""The five services. Each owns one database; none imports another."""
