"""What follows from a dossier that was revised: certification, constancia, diploma, and notices before it ends."""
