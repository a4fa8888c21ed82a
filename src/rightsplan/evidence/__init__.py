"""Evidence: immutable batches named by their content, the public Merkle log, and the check of both."""
