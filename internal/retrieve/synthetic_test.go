package retrieve

import (
	"context"
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"testing"
)

// syntheticDimensions is no multiple of lanes, so that rows have to be filled up.
const syntheticDimensions = 198

// synonyms is all that the synthetic model knows of meaning.
var synonyms = strings.NewReplacer("jabs", "needles", "agony", "pain", "sore", "pain", "spine", "back", "cranium", "head",
	"slumber", "sleep", "price", "cost", "scared", "afraid", "唔舒服", "痛", "瞓覺", "睡眠")

// synthetic is a stand-in for an embeddings model, the same for every run: a text
// is the sum of random directions, one for each of its pairs, triples and
// quadruples of characters (n-gram hashing with a random projection), synonyms
// taken for one another. It tests mechanics, not quality.
func synthetic(text string) []float32 {
	vector := make([]float32, syntheticDimensions)
	runes := []rune(" " + synonyms.Replace(strings.ToLower(text)) + " ")
	for n := 2; n <= 4; n++ {
		for i := 0; i+n <= len(runes); i++ {
			add(vector, string(runes[i:i+n]))
		}
	}
	return vector
}

// noise is a model that knows nothing: every text has a direction of its own.
func noise(text string) []float32 {
	vector := make([]float32, syntheticDimensions)
	add(vector, text)
	return vector
}

// add adds the random direction that belongs to a name.
func add(vector []float32, name string) {
	h := fnv.New64a()
	h.Write([]byte(name))
	r := rand.New(rand.NewPCG(h.Sum64(), 0))
	for i := range vector {
		vector[i] += float32(r.NormFloat64())
	}
}

// embedder makes an [EmbedFunc] of a model.
func embedder(model func(string) []float32) EmbedFunc {
	return func(_ context.Context, texts []string) ([][]float32, error) {
		vectors := make([][]float32, len(texts))
		for i, text := range texts {
			vectors[i] = model(text)
		}
		return vectors, nil
	}
}

// clinicFAQ is a bilingual FAQ with enough phrasings to measure a model on.
func clinicFAQ() []Document {
	docs := []Document{
		{ID: "hurt", Question: "Do the needles hurt?", Alternatives: []string{"are needles painful", "do needles hurt much"},
			Not: []string{"needles for knitting"}, Body: "Most people hardly feel the needles."},
		{ID: "hurt", Question: "針灸會痛嗎？", Alternatives: []string{"扎針會痛嗎", "針灸痛唔痛"}, Body: "大部分人只覺痠脹。"},
		{ID: "back", Question: "Does it help back pain?", Alternatives: []string{"pain in the lower back", "back pain at night"},
			Body: "There is some evidence that back pain gets better."},
		{ID: "back", Question: "對腰痛有用嗎？", Alternatives: []string{"腰痛做針灸有用嗎", "腰痛點算"}, Body: "有證據顯示可以紓緩腰痛。"},
		{ID: "sleep", Question: "Can it help me sleep?", Alternatives: []string{"bad sleep", "sleep at night"}, Body: "Studies of sleep are small."},
		{ID: "sleep", Question: "可以改善睡眠嗎？", Alternatives: []string{"睡眠不好", "失眠可以改善睡眠嗎"}, Body: "睡眠的研究不多。"},
		{ID: "cost", Question: "What does a session cost?", Alternatives: []string{"the cost of one session", "session cost"}, Body: "Ask the clinic for the cost."},
		{ID: "cost", Question: "一次要多少錢？", Alternatives: []string{"收費多少錢", "一次收費"}, Body: "收費請問診所。"},
		{ID: "headache", Question: "Does it help headaches?", Alternatives: []string{"headaches every week", "weekly headaches"}, Body: "Fewer headaches were seen."},
		{ID: "headache", Question: "對頭痛有用嗎？", Alternatives: []string{"成日頭痛", "頭痛做針灸"}, Body: "頭痛次數較少。"},
	}
	for i := range docs {
		docs[i].Title = "Acupuncture"
	}
	return docs
}

// meaning builds an index of docs and its vectors.
func meaning(t testing.TB, docs []Document, model func(string) []float32) (*Index, *Vectors) {
	t.Helper()
	x, texts := Build(docs), Texts(docs)
	vectors := make(map[Key][]float32)
	for _, text := range texts {
		vectors[text.Key] = model(text.Text)
	}
	v, err := NewVectors(x, texts, vectors)
	if err != nil {
		t.Fatal(err)
	}
	return x, v
}

func TestSyntheticModelIsTrusted(t *testing.T) {
	_, v := meaning(t, clinicFAQ(), synthetic)
	_, useless := meaning(t, clinicFAQ(), noise)
	for script, name := range []string{"English", "Chinese"} {
		if s := v.scales[script]; s.trust < 0.3 || s.full <= s.none {
			t.Errorf("%s: %+v; want the synthetic model trusted", name, s)
		}
		if s := useless.scales[script]; s.trust != 0 {
			t.Errorf("%s: %+v; want noise not trusted", name, s)
		}
	}
}
