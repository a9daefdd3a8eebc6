// Package retrieve finds the passages that answer a question, and tells how
// far they cover it. It is an in-memory index, built once and never changed.
//
// # Words
//
// A text is cut into words (see scanner): lower case, accents and
// compatibility forms folded. English words are stemmed (Snowball's English
// stemmer) after Lucene's short stop list is taken out. A run of Chinese is
// cut into overlapping pairs of characters and single characters, both
// scripts folded to one, with function words taken out first.
//
// # Score of a passage
//
// A passage is all documents that share an ID: its language versions. N is the
// number of passages and n(t) how many of them have the term t.
//
//	idf(t)             = ln(1 + (N−n(t)+½) / (n(t)+½))
//	sat(tf, len; k, b) = (k+1)·tf / (tf + k·(1−b+b·len))
//	asked(t, f)        = idf(t) · sat(tf(t,f), len(f); 1.2, 0.8)     for a phrasing f
//	told(t)            = idf(t) · max over versions v of sat(tf(t,v), √len(v); 0.7, 0.5)
//
// For a question with the terms t weighted w(t), F being the phrasings of the
// passage (its questions and their alternatives in every language):
//
//	score = Σ w(t)·max f∈F: asked(t,f)
//	      + 0.3 · Σ w(t)·told(t)
//	      + (1 − N/P) · Σ w(t)·idf(t)·sat(c(t), 1; 6, 0)
//
// c(t) is the number of phrasings in F that have the term, P that of all
// phrasings in the index.
//
// This is BM25 (Robertson and Zaragoza, The Probabilistic Relevance Framework,
// 2009; idf as in Lucene) with these differences, each kept because it gained
// on questions that real people asked; docs/retrieval.md has the figures:
//
//   - Each word is taken from the phrasing where it fits best, so that an
//     entry does not lose by having many ways to ask it.
//   - A word that many phrasings of a passage share is what the passage is
//     about: that is the third sum. It counts the more, the more phrasings
//     passages have, and nothing where each has one.
//   - The whole version (title, question, body) counts besides, at 0.3.
//   - A length is the sum of the idf of the words, over the mean of that sum
//     for the same kind of text in the same kind of script: a phrasing is not
//     long because of "what is the". The root tames the lengths of bodies.
//   - A word at place j of a body (from 0, stop words not counted) occurs
//     1 + 1.5·exp(−j/8) times: a good answer says early what it is about.
//
// # Weight of a word
//
// w(t) is the product of
//
//   - 0.6 for a soft word (question words, pronouns, auxiliaries, Chinese
//     function words), which must not be dropped, nor trusted; 0.5 for a general
//     word, which fits any topic; 0.6 for a single character inside a run of
//     Chinese, where the pairs carry the meaning;
//   - 1 + 0.3 for each repetition;
//   - √(20/p) when its first place p is beyond the twentieth word: long
//     e-mails say early what they are about;
//   - 0.8 for a word put in place of one that is in no passage: its nearest
//     neighbour, or the two words that it is made of (see reader.mend).
//
// Two neighbouring words that are one word somewhere in the index ("corona
// virus") ask for that word too, at 0.4, or at 1 in place of the part that is
// in no passage.
//
// # Not
//
// When the question is closer to one of a passage's Not phrasings than to any
// of its own (see choice.excludes), the passage keeps a quarter of its score.
//
// # Coverage
//
//	found    = score of the first passage without the third sum
//	           / Σ w(t)·idf(t)·(1 + 0.3), at most 1
//	said     = idf of the content words that the question shares with the phrasing
//	           that suits it best / idf of the content words of that phrasing
//	coverage = (2·found + said) / 3
//
// The denominator of found is what a passage gets that has every word once in
// a phrasing and in texts of mean length; a word in no passage counts at the
// highest idf, whether or not it could be mended. A raw score grows with the
// question and says nothing about whether it is answered; this ratio does. said
// makes up for what is told around a question: "72 here, worn to a thread, what
// is kidney deficiency" says all of the phrasing. It is 0 for a passage pushed
// down by a Not phrasing; where the passage has no question, coverage is found.
//
// Beside it stands the gap: the weight w(t)·idf(t) of the heaviest content word
// that the first passage does not hold, over that of all content words. Coverage
// is for telling questions of another world, the gap for near misses:
// "does magnesium stop migraines" is covered but for one word.
//
// A question that is a phrasing of a passage, word for word, is covered: 1.
// That passage comes first, with the ideal score on top of its own.
//
// # Meaning
//
// Where there is an embeddings model, [Vectors] stand beside the index: one for
// each phrasing, answer and Not. [Vectors.Search] puts what words and meaning find
// in one order and leaves the coverage to words. Without a vector in time, the
// result is what words alone find.
package retrieve
