// A server of Mixin Messenger's POST /conversations and GET /conversations/:id.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os/signal"
	"syscall"
	"time"
)

// edition is the year of the documentation that the server follows.
type edition int

const (
	edition2018 edition = 2018 // RS512 tokens without scp, the answer of the 2018 sample
	edition2026 edition = 2026 // EdDSA tokens, derived ids of groups
)

func main() {
	port := flag.Int("port", 0, "port on 127.0.0.1, 0 for a free one")
	year := flag.Int("edition", 2026, "edition of the documentation: 2018 or 2026")
	accounts := flag.String("accounts", "", "JSON file of the accounts whose signed tokens are accepted")
	tokens := flag.String("tokens", "", "JSON file that maps opaque tokens to user ids")
	caller := flag.String("caller", "", "user id that every request comes from, without credentials")
	flag.Parse()

	ed := edition(*year)
	if ed != edition2018 && ed != edition2026 || flag.NArg() > 0 {
		log.Fatal("--edition must be 2018 or 2026, and there are no other arguments than options")
	}
	auth, err := newAuthenticator(ed, *accounts, *tokens, *caller)
	if err == nil {
		err = run(*port, newServer(ed, auth))
	}
	if err != nil {
		log.Fatal(err)
	}
}

// run serves until SIGTERM or an interrupt.
func run(port int, handler http.Handler) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()

	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return err
	}
	// A client that sends slowly or not at all must not hold a connection for ever.
	srv := &http.Server{
		Handler:        handler,
		ReadTimeout:    30 * time.Second,
		IdleTimeout:    2 * time.Minute,
		WriteTimeout:   60 * time.Second,
		MaxHeaderBytes: 64 << 10,
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(listener) }()
	fmt.Printf("listening on http://%s\n", listener.Addr())

	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	// Requests under way get half a second; then their connections are cut.
	grace, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
	defer cancel()
	if srv.Shutdown(grace) != nil {
		return srv.Close()
	}
	return nil
}
