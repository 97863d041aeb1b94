"""What limits each code: more examples, a sharper definition, a merged code, context, or nothing that the codings show."""
