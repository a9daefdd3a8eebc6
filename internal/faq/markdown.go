package faq

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdown is CommonMark with three additions: fields ("Evidence: strong"),
// footnote marks that keep their label, and footnote definitions. Tables are
// recognised in order to be refused.
var markdown = parser.NewParser(
	parser.WithBlockParsers(parser.DefaultBlockParsers()...),
	parser.WithBlockParsers(
		util.Prioritized(fieldParser{}, 950),
		util.Prioritized(extension.NewFootnoteBlockParser(), 999),
	),
	parser.WithInlineParsers(parser.DefaultInlineParsers()...),
	parser.WithInlineParsers(util.Prioritized(markParser{}, 101)), // before links
	parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
	parser.WithParagraphTransformers(util.Prioritized(extension.NewTableParagraphTransformer(), 200)),
)

// The fields of a passage, as they are written in every language.
const (
	alsoAskedField = "Also asked"
	notField       = "Not"
	evidenceField  = "Evidence"
)

var fieldNames = []string{alsoAskedField, notField, evidenceField}

// fieldNode is a line of its own such as "Also asked:" or "Evidence: strong".
type fieldNode struct {
	ast.BaseBlock
	name  string // one of fieldNames
	value string // what stands after the colon
}

var kindField = ast.NewNodeKind("Field")

func (*fieldNode) Kind() ast.NodeKind { return kindField }

func (n *fieldNode) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"Name": n.name, "Value": n.value}, nil)
}

// fieldParser makes a field a block, so that one that follows a list without
// an empty line is not taken for a part of the last list point.
type fieldParser struct{}

func (fieldParser) Trigger() []byte { return []byte("AaNnEe") }

func (fieldParser) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	if parent.Kind() != ast.KindDocument || pc.BlockOffset() < 0 {
		return nil, parser.NoChildren
	}
	name, value, ok := cutColon(string(line[pc.BlockOffset():]))
	if !ok {
		return nil, parser.NoChildren
	}
	for _, known := range fieldNames {
		if strings.EqualFold(name, known) {
			reader.AdvanceToEOL()
			return &fieldNode{name: known, value: value}, parser.NoChildren
		}
	}
	return nil, parser.NoChildren
}

func (fieldParser) Continue(ast.Node, text.Reader, parser.Context) parser.State { return parser.Close }

func (fieldParser) Close(ast.Node, text.Reader, parser.Context) {}

func (fieldParser) CanInterruptParagraph() bool { return true }

func (fieldParser) CanAcceptIndentedLine() bool { return false }

// cutColon splits a line at its first colon of either width.
func cutColon(line string) (before, after string, found bool) {
	before, after, found = strings.Cut(strings.Replace(line, "\uff1a", ":", 1), ":")
	return strings.TrimSpace(before), strings.TrimSpace(after), found
}

// markNode is a footnote mark in a sentence: "[^han2004]".
type markNode struct {
	ast.BaseInline
	label string
}

var kindMark = ast.NewNodeKind("FootnoteMark")

func (*markNode) Kind() ast.NodeKind { return kindMark }

func (n *markNode) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"Label": n.label}, nil)
}

// markParser reads footnote marks. goldmark's own drops the label, and drops
// the mark altogether when it has no definition.
type markParser struct{}

func (markParser) Trigger() []byte { return []byte{'['} }

func (markParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	if !bytes.HasPrefix(line, []byte("[^")) {
		return nil
	}
	label, _, closed := bytes.Cut(line[len("[^"):], []byte("]"))
	if !closed || bytes.ContainsAny(label, "[ \t") {
		return nil // it stays in the text and is reported as left over
	}
	block.Advance(len("[^") + len(label) + len("]"))
	return &markNode{label: string(label)}
}

// describe tells what a node is that has no place where it stands, and what to
// write instead.
func describe(n ast.Node) string {
	switch n := n.(type) {
	case *ast.Heading:
		if n.Level == 1 {
			return "a heading of level one: the title stands in the front matter, and each question begins with two number signs (##)"
		}
		return "a heading inside an answer: write it as a plain sentence, or make it a question of its own with two number signs (##)"
	case *ast.CodeBlock:
		return "a line that begins with four spaces or a tab is not read as text: remove the space at its start"
	case *ast.FencedCodeBlock, *ast.CodeSpan:
		return "program code (`): write it as plain sentences"
	case *ast.HTMLBlock, *ast.RawHTML:
		return "HTML (<...>): write it as plain sentences"
	case *ast.Image:
		return "a picture, which a chat reply cannot show: write what it shows as plain sentences"
	case *extast.Table:
		return "a table, which a chat reply cannot show: write it as plain sentences or list points"
	case *ast.List:
		return "a list inside a list point: write the points one below the other, or as plain sentences"
	case *ast.Blockquote:
		return "a quotation block (>): write it as plain sentences, with quotation marks"
	case *ast.ThematicBreak:
		return "a dividing line (---): remove it"
	case *ast.LinkReferenceDefinition:
		return "an address with a name in square brackets: write a footnote, as in [^name]: Author. Title. Year. <address> (checked: listed)"
	}
	return fmt.Sprintf("Markdown of the kind %s: write it as plain sentences", n.Kind())
}
