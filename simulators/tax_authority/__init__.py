"""SUNAT, simulated: the SOAP services that an issuer of electronic vouchers calls, judging by SUNAT's codes."""
