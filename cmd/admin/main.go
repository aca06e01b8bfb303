// Command admin is what an operator does by hand. It works on DATABASE_URL, or, without one, on the hub's own database
// below DATA_DIR while the hub is not running.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"

	"wherewithal/cmd/internal/house"
	"wherewithal/config"
	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/store/embedded"
)

// command is one thing an operator can do.
type command struct {
	name, args, does string
	run              func(ctx context.Context, h *house.House, args []string) error
}

func commands() []command {
	return []command{
		{"migrate", "", "brings the database to this version's schema", func(context.Context, *house.House, []string) error { return nil }},
		{"schema", "", "prints the schema of the database", schema},
		{"seed", "[number]", "fills an empty database with an invented London (this machine only)", seed},
		{"reindex", "", "builds the search index anew beside the old one and swaps", reindex},
		{"make-operator", "address", "lets a person look after the whole site", makeOperator},
		{"make-connector", "address network", "lets a person look after a network, named by its address name", makeConnector},
		{"hide", "listing-id", "takes a listing away by moderation", hide},
		{"places", "import file", "reads postcodes from a GeoNames or ONS directory file", places},
	}
}

func main() {
	if len(os.Args) < 2 || slices.Contains([]string{"-h", "--help", "help"}, os.Args[1]) {
		usage()
		return
	}
	for _, c := range commands() {
		if c.name == os.Args[1] {
			house.Exit(run(c, os.Args[2:]))
			return
		}
	}
	fmt.Fprintf(os.Stderr, "wherewithal: there is no command %q\n\n", os.Args[1])
	usage()
	os.Exit(2)
}

func usage() {
	fmt.Println("admin command [arguments]\n\nCommands:")
	for _, c := range commands() {
		fmt.Printf("  %-32s %s\n", c.name+" "+c.args, c.does)
	}
	fmt.Println("\n" + config.Usage("admin"))
}

// run opens the database, migrates it, and does the command. A signal ends it cleanly: every command is one transaction
// or can be repeated.
func run(c command, args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	conf := house.Start("admin")
	if conf.DatabaseURL == "" {
		server, err := embedded.Start(ctx, embedded.Options{DataDir: conf.DataDir})
		if err != nil {
			return err
		}
		defer server.Stop(context.WithoutCancel(ctx)) //nolint:errcheck // the process ends
		conf.DatabaseURL = server.URL()
		if conf, err = config.KeepSecrets(conf); err != nil {
			return fmt.Errorf("%s: %w", filepath.Join(conf.DataDir, "secrets"), err)
		}
	}
	h, err := house.Open(ctx, conf)
	if err != nil {
		return err
	}
	defer h.Store.Close()
	if err := h.Prepare(ctx); err != nil {
		return err
	}
	return c.run(ctx, h, args)
}

func need(args []string, n int, what string) error {
	if len(args) != n {
		return errors.New("give " + what)
	}
	return nil
}

func schema(ctx context.Context, h *house.House, _ []string) error {
	text, err := h.Store.Schema(ctx)
	fmt.Print(text)
	return err
}

func seed(ctx context.Context, h *house.House, args []string) error {
	number := uint64(house.SampleSeed)
	if len(args) == 1 {
		n, err := strconv.ParseUint(args[0], 10, 64)
		if err != nil {
			return errors.New("the seed is a whole number")
		}
		number = n
	}
	return h.Seed(ctx, number)
}

func reindex(ctx context.Context, h *house.House, _ []string) error {
	return listing.NewMirror(h.Store, h.Search).Rebuild(ctx, h.Clock.Now())
}

// person finds somebody by address, with a sentence for an operator when there is nobody.
func person(ctx context.Context, h *house.House, address string) (market.Person, error) {
	address, err := market.NormalAddress(address)
	if err != nil {
		return market.Person{}, errors.New("that is not a mail address")
	}
	p, err := h.Store.PersonAt(ctx, address)
	if errors.Is(err, market.ErrNotFound) {
		return p, errors.New("nobody has signed in with that address yet")
	}
	return p, err
}

func makeOperator(ctx context.Context, h *house.House, args []string) error {
	if err := need(args, 1, "the person's mail address"); err != nil {
		return err
	}
	p, err := person(ctx, h, args[0])
	if err != nil {
		return err
	}
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.MakeOperator(ctx, p.ID); err != nil {
			return err
		}
		return tx.Note(ctx, market.Event{At: h.Clock.Now(), Verb: "person.made_operator", Subject: "person", SubjectID: p.ID})
	})
}

func makeConnector(ctx context.Context, h *house.House, args []string) error {
	if err := need(args, 2, "the person's mail address and the network's address name"); err != nil {
		return err
	}
	p, err := person(ctx, h, args[0])
	if err != nil {
		return err
	}
	n, err := h.Store.Network(ctx, args[1])
	if errors.Is(err, market.ErrNotFound) {
		return fmt.Errorf("there is no network %q", args[1])
	}
	if err != nil {
		return err
	}
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.MakeConnector(ctx, market.Connector{NetworkID: n.ID, PersonID: p.ID, Since: h.Clock.Now()}); err != nil {
			return err
		}
		return tx.Note(ctx, market.Event{At: h.Clock.Now(), NetworkID: n.ID, Verb: "person.made_connector", Subject: "person", SubjectID: p.ID})
	})
}

func hide(ctx context.Context, h *house.House, args []string) error {
	if err := need(args, 1, "the listing's id"); err != nil {
		return err
	}
	id, err := market.ParseID(args[0])
	if err != nil {
		return errors.New("that is not the id of a listing")
	}
	return h.Listings.Remove(ctx, market.System, id, h.Clock.Now())
}
