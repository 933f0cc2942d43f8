"""Pictures for reports: values in, inline SVG out, drawn by pygal and coloured by the page alone."""
