"""Photos and signatures of visits: named by answers first, handed in when there is a connection."""
