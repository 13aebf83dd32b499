"""Vouchers of earlier years: found in folders and archives, verified, indexed, and told about when they are wrong."""
