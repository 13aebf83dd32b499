"""Electronic vouchers: numbered, signed, filed with SUNAT, printed, and shown to their owners."""
