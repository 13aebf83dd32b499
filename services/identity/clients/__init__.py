"""Clients of option 2, people and firms with a RUC or DNI who are no physicians: how they appear and come in."""
