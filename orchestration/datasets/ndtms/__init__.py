"""National Drug Treatment Monitoring System."""
