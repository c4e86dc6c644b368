"""Major incidents (重大故障): orders and crews gathered under one commander, and what those concerned are told."""
