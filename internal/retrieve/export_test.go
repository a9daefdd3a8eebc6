package retrieve

// PassageOf returns the ID of the passage that a text is of.
func PassageOf(t Text) string { return t.passage }
