"""What people type, by journey. Labels are product.md's; every message says how to put things right."""
