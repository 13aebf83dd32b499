"""The SISTCERE page: pieces that staff write, with every version kept (PUB-4, PUB-5, PUB-7 to PUB-9)."""
