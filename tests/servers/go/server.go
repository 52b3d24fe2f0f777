package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
)

const (
	maxBody = 1 << 20 // 256 participants with every member take some 40 KiB; an icon may take more
	// What is read and thrown away of a larger body: a client that is still
	// sending when the connection closes never sees the refusal.
	maxDrain = 16 << 20
)

// server reads requests, finds out who calls, and writes answers. It does
// without http.ServeMux, which redirects unclean paths: the documentation knows
// no 3xx, and a signed token does not fit the new path.
type server struct {
	edition edition
	auth    authenticator
	store   store
}

func newServer(ed edition, auth authenticator) *server {
	return &server{edition: ed, auth: auth, store: store{byID: map[string]*conversation{}}}
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		if v := recover(); v != nil {
			log.Printf("panic: %v\n%s", v, debug.Stack())
			write(w, internalError.Status, "error", internalError)
		}
	}()
	// The official iOS and Android apps refuse an answer that does not echo it.
	if id, ok := r.Header["X-Request-Id"]; ok {
		w.Header().Set("X-Request-Id", id[0])
	}
	c, err := s.handle(r)
	if err != nil {
		ref := internalError
		if !errors.As(err, &ref) {
			log.Printf("internal error: %v", err)
		}
		if s.edition == edition2018 { // its error object has no extra
			ref = &refusal{ref.Status, ref.Code, ref.Description, nil}
		}
		write(w, ref.Status, "error", ref)
		return
	}
	write(w, http.StatusOK, "data", c.forEdition(s.edition))
}

// handle looks at credentials before it looks at the path, so that nobody who
// is not signed in finds out anything but that.
func (s *server) handle(r *http.Request) (*conversation, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	caller, err := s.auth.authenticate(r, body)
	if err != nil {
		return nil, err
	}
	switch path := r.URL.Path; r.Method {
	case http.MethodPost:
		if path == "/conversations" {
			return s.create(caller, body)
		}
	case http.MethodGet, http.MethodHead: // net/http leaves the body out of the answer to a HEAD
		if id := strings.TrimPrefix(path, "/conversations/"); id != path {
			return s.read(caller, id)
		}
	}
	return nil, notFound
}

func (s *server) create(caller string, body []byte) (*conversation, error) {
	req, err := parseCreation(s.edition, caller, body)
	if err != nil {
		return nil, err
	}
	c := s.store.get(req.id)
	// An id is no secret: of other people's conversation, nothing is compared with the request.
	if c == nil || c.has(caller) {
		if err := req.checkID(s.edition, caller); err != nil {
			return nil, err
		}
		// Creating again, also at the same time, finds what is there and changes nothing of it.
		c = s.store.add(newConversation(req, caller))
	}
	switch {
	case !c.has(caller):
		return nil, forbidden
	case c.Category != req.category:
		return nil, invalidField("category", "differs from that of the conversation that has this id")
	}
	return c, nil
}

func (s *server) read(caller, id string) (*conversation, error) {
	id, _ = parseUUID(s.edition, id) // what is no UUID is the id of nothing
	c := s.store.get(id)
	switch {
	case c == nil:
		return nil, notFound
	case !c.has(caller):
		return nil, forbidden
	}
	return c, nil
}

func readBody(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return nil, badBody("it ended early, or its transfer coding is wrong")
	}
	if len(body) > maxBody {
		_, _ = io.CopyN(io.Discard, r.Body, maxDrain)
		return nil, badBody("it is larger than 1 MiB")
	}
	return body, nil
}

// write sends "data" or "error", never both: several SDKs take even a null error for a failure.
func write(w http.ResponseWriter, status int, member string, value interface{}) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(map[string]interface{}{member: value}) // cannot fail for these types
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(buf.Len()))
	w.WriteHeader(status)
	_, _ = w.Write(buf.Bytes()) // fails only when the client has gone
}
