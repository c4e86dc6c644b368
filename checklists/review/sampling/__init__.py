"""Which finished work is reviewed: a stored frame, a stored seed, and a drawing that anybody can repeat."""
