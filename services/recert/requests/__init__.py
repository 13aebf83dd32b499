"""What a physician does to send a dossier: prepare a draft, upload the PDF, claim points, send it, correct it."""
