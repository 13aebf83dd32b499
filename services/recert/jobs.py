"""What recert does by itself: nothing yet; deadlines and notices come with the dossiers."""

from chassis.jobs import Jobs

jobs = Jobs()
