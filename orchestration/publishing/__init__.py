"""The build, its gate, the rename that serves it, and the versions that are kept."""
