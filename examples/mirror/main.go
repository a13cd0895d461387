// Command mirror keeps a SQLite database in step with a Plenary server, as an integrator's own program would. It copies
// everything that its token may see, then follows the act log and reads the subject of each act again. It never writes to the
// server.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"
)

//go:generate ./generate.sh

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "mirror:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("mirror", flag.ContinueOnError)
	url := flags.String("url", "http://127.0.0.1:8080/graphql", "the server's GraphQL endpoint")
	tokenFile := flags.String("token-file", "", "file with the token, read again for every request; without it the mirror is a visitor")
	path := flags.String("database", "mirror.db", "the SQLite file to keep")
	once := flags.Bool("once", false, "catch up and exit")
	refreshes := flags.Duration("refresh", time.Minute, "how often to read what changed without a visible act, such as by votes")
	afresh := flags.Duration("afresh", 24*time.Hour, "how often to copy everything again")
	if err := flags.Parse(args); err != nil {
		return err
	}
	b, err := openBook(ctx, *path)
	if err != nil {
		return err
	}
	m := &mirror{book: b, remote: newRemote(*url, *tokenFile), refreshes: *refreshes, afresh: *afresh, log: slog.Default()}
	if *once {
		return errors.Join(m.catchUp(ctx), b.Close())
	}
	return errors.Join(m.run(ctx), b.Close())
}
