package main

import (
	"encoding/json"
	"fmt"
)

const (
	// The limits of the pages of 2026. Those of 2018 name none, and these hold there too.
	maxName         = 512
	maxAnnouncement = 1024
	maxParticipants = 256 // without the caller, so that a group has up to 257
)

// creation is a checked body of POST /conversations. Members that are not read
// here are unknown ones, and ignored: clients are newer and older than the server.
type creation struct {
	id           string
	category     string
	name         string
	announcement string
	randomID     string
	others       []participant // everybody but the caller
}

// parseCreation checks everything that can be checked without looking at other conversations.
func parseCreation(ed edition, caller string, body []byte) (*creation, error) {
	o, err := parseJSONObject(body)
	if err != nil {
		return nil, badBody(err.Error())
	}
	c := &creation{}
	c.category, _ = o.text("category")
	if c.category != "GROUP" && c.category != "CONTACT" {
		o.fail("category", "must be GROUP or CONTACT")
	}
	c.id = o.uuid("conversation_id", ed)
	c.name = o.optionalText("name", maxName)
	c.announcement = o.optionalText("announcement", maxAnnouncement)
	if c.category == "CONTACT" {
		c.name, c.announcement = "", "" // "valid when category is 'GROUP'"
	}
	if ed == edition2026 {
		c.randomID = o.optionalText("random_id", 36)
		// A CONTACT needs none, but the Flutter app sends one.
		if _, ok := parseUUID(ed, c.randomID); !ok && (c.randomID != "" || c.category == "GROUP") {
			o.fail("random_id", notUUID)
		}
	}
	c.parseParticipants(ed, caller, o)
	return c, *o.err
}

func (c *creation) parseParticipants(ed edition, caller string, o object) {
	raw := o.get("participants")
	var list []json.RawMessage
	if raw == nil || raw[0] != '[' || json.Unmarshal(raw, &list) != nil {
		o.fail("participants", "must be a list")
		return
	}
	if c.category == "GROUP" && len(list) > maxParticipants {
		*o.err = groupFull
		return
	}
	named := map[string]bool{caller: true}
	for i := 0; i < len(list) && *o.err == nil; i++ {
		p, stays := parseParticipant(ed, o, list[i], fmt.Sprintf("participants[%d]", i))
		if named[p.UserID] {
			o.fail(fmt.Sprintf("participants[%d].user_id", i), "is the caller, or is named twice")
		}
		named[p.UserID] = true
		if stays {
			c.others = append(c.others, p)
		}
	}
	if c.category == "CONTACT" && (len(list) != 1 || len(c.others) != 1) {
		o.fail("participants", "must name the other party of a CONTACT and nobody else")
	}
}

// parseParticipant reads one participant; stays is false if the action keeps it
// out. The created_at that some SDKs send is not read: nobody joins before now.
func parseParticipant(ed edition, body object, raw json.RawMessage, path string) (p participant, stays bool) {
	o := object{path: path + ".", err: body.err}
	if !o.parse(raw) {
		body.fail(path, "must be an object")
		return p, false
	}
	p = participant{Type: "participant", UserID: o.uuid("user_id", ed)}
	p.Role, _ = o.text("role")
	if p.Role != "" && p.Role != "ADMIN" { // the owner is who creates it
		o.fail("role", `must be "" or ADMIN`)
	}
	switch action, given := o.text("action"); {
	case !given, action == "ADD", action == "JOIN", action == "ROLE":
		return p, true
	case action == "REMOVE", action == "EXIT": // allowed, and can only mean that the user is not in it
		return p, false
	}
	o.fail("action", "must be ADD, REMOVE, JOIN, EXIT or ROLE")
	return p, false
}

// checkID compares the id with the one that the documentation derives.
func (c *creation) checkID(ed edition, caller string) error {
	derived := c.id // in 2018 a group has a "normal UUID"
	if c.category == "CONTACT" {
		derived = uniqueConversationID(caller, c.others[0].UserID)
	} else if ed == edition2026 {
		derived = groupConversationID(caller, c.name, c.others, c.randomID)
	}
	if c.id != derived {
		return invalidField("conversation_id", "is not what the documentation derives from the caller and the other members")
	}
	return nil
}
