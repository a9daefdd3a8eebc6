package bot

import (
	"container/list"
	"sync"
	"time"

	"meridian/internal/answer"
)

// What the bot remembers of a conversation, and for how long. Nothing of it is
// ever written anywhere.
const (
	turnsKept     = 6
	turnsFor      = 15 * time.Minute
	peopleKept    = 4096
	longestMemory = 1000 // bytes of one message; what a follow-up needs is at its start
)

// memory holds the last messages of the people who wrote lately. It is bounded:
// who wrote longest ago is forgotten first.
type memory struct {
	now func() time.Time

	mu     sync.Mutex
	people map[string]*list.Element // of *person
	recent *list.List               // who wrote last is at the front
}

type person struct {
	key   string
	turns []turn
}

type turn struct {
	text string
	at   time.Time
}

func newMemory(now func() time.Time) *memory {
	return &memory{now: now, people: make(map[string]*list.Element), recent: list.New()}
}

// recall returns the person's messages that are still remembered, oldest first.
func (m *memory) recall(key string) []answer.Turn {
	m.mu.Lock()
	defer m.mu.Unlock()
	element, ok := m.people[key]
	if !ok {
		return nil
	}
	now := m.now()
	var turns []answer.Turn
	for _, t := range element.Value.(*person).turns {
		if age := now.Sub(t.at); age <= turnsFor {
			turns = append(turns, answer.Turn{Text: t.text, Age: age})
		}
	}
	return turns
}

// add remembers a message of the person.
func (m *memory) add(key, text string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forgetOld()
	element, ok := m.people[key]
	if !ok {
		element = m.recent.PushFront(&person{key: key})
		m.people[key] = element
	}
	m.recent.MoveToFront(element)
	p := element.Value.(*person)
	p.turns = append(p.turns, turn{text: text[:min(len(text), longestMemory)], at: m.now()})
	if len(p.turns) > turnsKept {
		p.turns = append([]turn(nil), p.turns[1:]...)
	}
}

// forgetOld drops people who wrote too long ago, and who wrote longest ago
// when there are too many. m.mu is held.
func (m *memory) forgetOld() {
	for e := m.recent.Back(); e != nil; e = m.recent.Back() {
		p := e.Value.(*person)
		if m.recent.Len() < peopleKept && m.now().Sub(p.turns[len(p.turns)-1].at) <= turnsFor {
			return
		}
		m.recent.Remove(e)
		delete(m.people, p.key)
	}
}
