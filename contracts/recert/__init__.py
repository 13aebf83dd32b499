"""What recert tells: until when a physician is certified and why, and the life of every dossier."""

from contracts.recert.certifications import CertificationGranted

__all__ = ["CertificationGranted"]
