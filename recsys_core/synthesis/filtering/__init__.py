"""Which synthetic shoppers to keep: realism, distance to real shoppers, validity, and what a slider over them does. Light."""
