"""What staff keep for everybody: the names of councils and of specialities."""
