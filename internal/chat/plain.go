package chat

// PlainText writes blocks as plain text.
func PlainText(blocks []Block) string { return "" }
