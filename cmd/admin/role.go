package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"wherewithal/cmd/internal/house"
	"wherewithal/market"
	"wherewithal/store"
)

// addressOf reads a mail address as the site does.
func addressOf(text string) (string, error) {
	address, err := market.NormalAddress(text)
	if err != nil {
		return "", fmt.Errorf("wants a mail address, which %q is not", text)
	}
	return address, nil
}

// ofPerson is a job about somebody, whom it finds by address; with a sentence for an operator when there is nobody.
func ofPerson(text string, do func(context.Context, *house.House, market.Person) error) (job, error) {
	address, err := addressOf(text)
	return func(ctx context.Context, h *house.House) error {
		p, err := h.Store.PersonAt(ctx, address)
		if errors.Is(err, market.ErrNotFound) {
			return fmt.Errorf("nobody has signed in with %s yet: let them do so first", address)
		}
		if err != nil {
			return err
		}
		return do(ctx, h, p)
	}, err
}

// noted changes what somebody is, and notes it.
func noted(ctx context.Context, h *house.House, p market.Person, network market.ID, verb string, change func(*store.Tx) error) error {
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		if err := change(tx); err != nil {
			return err
		}
		return tx.Note(ctx, market.Event{At: h.Clock.Now(), NetworkID: network, Verb: verb, Subject: "person", SubjectID: p.ID})
	})
}

// acted notes what was done to the whole site, or in a network. The site has no id: each act has one of its own.
func acted(ctx context.Context, h *house.House, verb string, network market.ID) error {
	e := market.Event{At: h.Clock.Now(), NetworkID: network, Verb: verb, Subject: "site", SubjectID: market.NewID()}
	if network != "" {
		e.Subject, e.SubjectID = "network", network
	}
	return h.Store.InTx(ctx, func(tx *store.Tx) error { return tx.Note(ctx, e) })
}

func makeOperator(args []string) (job, error) {
	if err := need(args, 1, "the person's mail address"); err != nil {
		return nil, err
	}
	return ofPerson(args[0], func(ctx context.Context, h *house.House, p market.Person) error {
		err := noted(ctx, h, p, "", "person.made_operator", func(tx *store.Tx) error { return tx.MakeOperator(ctx, p.ID) })
		if err == nil {
			fmt.Println(p.Address, "looks after the whole site now")
		}
		return err
	})
}

// unmakeOperator leaves a site without any operator only when it is told to.
func unmakeOperator(args []string) (job, error) {
	last := len(args) == 2 && args[1] == "last"
	if last {
		args = args[:1]
	}
	if err := need(args, 1, "the person's mail address, and the word last if nobody is to look after the site any more"); err != nil {
		return nil, err
	}
	return ofPerson(args[0], func(ctx context.Context, h *house.House, p market.Person) error {
		err := noted(ctx, h, p, "", "person.unmade_operator", func(tx *store.Tx) error { return tx.UnmakeOperator(ctx, p.ID, last) })
		switch {
		case errors.Is(err, market.ErrNotFound):
			return fmt.Errorf("%s does not look after the whole site", p.Address)
		case errors.Is(err, market.ErrConflict):
			return fmt.Errorf("%s is the last operator, and appeals, complaints and names would wait for nobody: make another first, or say it again with the word last behind the address", p.Address)
		case err == nil:
			fmt.Println(p.Address, "no longer looks after the whole site")
		}
		return err
	})
}

func makeConnector(args []string) (job, error) {
	if err := need(args, 2, "the person's mail address and the network's address name"); err != nil {
		return nil, err
	}
	return ofPerson(args[0], func(ctx context.Context, h *house.House, p market.Person) error {
		n, err := networkAt(ctx, h, args[1])
		if err != nil {
			return err
		}
		err = noted(ctx, h, p, n.ID, "person.made_connector", func(tx *store.Tx) error {
			return tx.MakeConnector(ctx, market.Connector{NetworkID: n.ID, PersonID: p.ID, Since: h.Clock.Now()})
		})
		if err == nil {
			fmt.Println(p.Address, "looks after", n.Name, "now")
		}
		return err
	})
}

// unmakeConnector reads all words after the network as one text, quoted or not.
func unmakeConnector(args []string) (job, error) {
	if len(args) < 3 {
		return nil, errors.New("wants the person's mail address, the network's address name, and words that tell them why")
	}
	words := strings.Join(args[2:], " ")
	if _, err := (market.Connector{}).Removed("", words, time.Time{}); err != nil {
		return nil, errors.New("wants 3 to 1000 letters that tell them why")
	}
	return ofPerson(args[0], func(ctx context.Context, h *house.House, p market.Person) error {
		n, err := networkAt(ctx, h, args[1])
		if err != nil {
			return err
		}
		err = h.Networks.RemoveConnector(ctx, market.System, n.ID, p.ID, words, h.Clock.Now())
		switch {
		case errors.Is(err, market.ErrNotFound), errors.Is(err, market.ErrRepeated):
			return fmt.Errorf("%s does not look after %s", p.Address, n.Name)
		case err != nil:
			return err
		}
		fmt.Println(p.Address, "no longer looks after", n.Name, "and is told why")
		left, err := h.Store.Connectors(ctx, n.ID, h.Clock.Now())
		if err == nil && len(left) == 0 {
			fmt.Println("nobody looks after it now: make-connector names somebody, and until then operators see what waits for its look")
		}
		return err
	})
}

// networkAt finds a network by its address name.
func networkAt(ctx context.Context, h *house.House, slug string) (market.Network, error) {
	n, err := h.Store.Network(ctx, slug)
	if errors.Is(err, market.ErrNotFound) {
		return n, fmt.Errorf("there is no network %q", slug)
	}
	return n, err
}
