"""The college's staff: how they come to an account, their second factor, what they may do and what they did."""
