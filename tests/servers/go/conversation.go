package main

import (
	"sync"
	"time"
)

// Always nine digits, unlike time.RFC3339Nano: some clients compare times as text.
const timeFormat = "2006-01-02T15:04:05.000000000Z"

// conversation never changes once it is in the store, so that answers need no lock.
type conversation struct {
	Type           string        `json:"type"`
	ConversationID string        `json:"conversation_id"`
	CreatorID      string        `json:"creator_id"`
	Category       string        `json:"category"`
	Name           string        `json:"name"`
	IconURL        string        `json:"icon_url"`
	Announcement   string        `json:"announcement"`
	CreatedAt      string        `json:"created_at"`
	CodeID         string        `json:"code_id"`
	CodeURL        string        `json:"code_url"`
	MuteUntil      string        `json:"mute_until"`
	Participants   []participant `json:"participants"`
}

type participant struct {
	Type      string `json:"type"`
	UserID    string `json:"user_id"`
	Role      string `json:"role"`
	CreatedAt string `json:"created_at"`
}

func newConversation(req *creation, caller string) *conversation {
	now := time.Now().UTC().Format(timeFormat)
	code := newUUID() // for a CONTACT as well: one of the SDKs cannot read ""
	c := &conversation{
		Type:           "conversation",
		ConversationID: req.id,
		CreatorID:      caller,
		Category:       req.category,
		Name:           req.name,
		Announcement:   req.announcement,
		CreatedAt:      now,
		CodeID:         code,
		CodeURL:        "https://mixin.one/codes/" + code,
		MuteUntil:      now, // not muted; the samples have the time of creation there
		Participants:   []participant{{"participant", caller, "OWNER", now}},
	}
	for _, p := range req.others {
		p.CreatedAt = now
		c.Participants = append(c.Participants, p)
	}
	return c
}

func (c *conversation) has(userID string) bool {
	for _, p := range c.Participants {
		if p.UserID == userID {
			return true
		}
	}
	return false
}

// answer2026 adds what clients of today need; this server knows no devices and no circles.
type answer2026 struct {
	*conversation
	ExpireIn            int64       `json:"expire_in"`
	ParticipantSessions [0]struct{} `json:"participant_sessions"`
	Circles             [0]struct{} `json:"circles"`
}

func (c *conversation) forEdition(ed edition) interface{} {
	if ed == edition2018 {
		return c
	}
	return answer2026{conversation: c}
}

// store keeps conversations by id.
type store struct {
	mu   sync.RWMutex
	byID map[string]*conversation
}

// get returns nil if there is no such conversation.
func (s *store) get(id string) *conversation {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.byID[id]
}

// add returns the conversation that has the id from now on: c, or the one that was there first.
func (s *store) add(c *conversation) *conversation {
	s.mu.Lock()
	defer s.mu.Unlock()
	if first, ok := s.byID[c.ConversationID]; ok {
		return first
	}
	s.byID[c.ConversationID] = c
	return c
}
