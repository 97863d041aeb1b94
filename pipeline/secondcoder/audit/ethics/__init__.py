"""What an ethics committee and a data-protection officer ask for, written from a study's own records and files."""
