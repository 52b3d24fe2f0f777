package main

import (
	"crypto/md5"
	"crypto/rand"
	"fmt"
	"regexp"
	"sort"
	"strings"
)

var uuidPattern = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

const notUUID = "must be a UUID, with hyphens and in lower case"

// parseUUID returns a UUID in lower case. RFC 4122, in force in 2018, takes
// upper case on input; by the page of 2026 UUIDs are "unexceptionally" in lower
// case, and ids are derived from them as strings, so that another case is a mistake.
func parseUUID(ed edition, s string) (string, bool) {
	if ed == edition2018 {
		s = strings.ToLower(s)
	}
	return s, uuidPattern.MatchString(s)
}

// newUUID returns a random UUID (version 4).
func newUUID() string {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err) // an invitation code that can be guessed would be worse
	}
	return formatUUID(b, 4)
}

// uniqueConversationID is UniqueConversationId of the documentation.
func uniqueConversationID(userID, recipientID string) string {
	minID, maxID := userID, recipientID
	if minID > maxID {
		minID, maxID = maxID, minID
	}
	return formatUUID(md5.Sum([]byte(minID+maxID)), 3)
}

// groupConversationID is GroupConversationId of the documentation of 2026.
func groupConversationID(ownerID, name string, others []participant, randomID string) string {
	users := make([]string, len(others))
	for i, p := range others {
		users[i] = p.UserID
	}
	sort.Strings(users)
	id := uniqueConversationID(ownerID, name)
	id = uniqueConversationID(id, randomID)
	for _, user := range users {
		id = uniqueConversationID(id, user)
	}
	return id
}

func formatUUID(b [16]byte, version byte) string {
	b[6] = b[6]&0x0f | version<<4
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
