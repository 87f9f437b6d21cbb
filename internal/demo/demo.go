// Package demo fills a file with a believable firm of any size: structures, departments, people and grants with past, present and coming
// periods. The same size gives the same firm, with its dates counted from the instant it is made.
package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"habilis/db"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/flow"
	"habilis/internal/insee"
	"habilis/internal/profile"
	"habilis/internal/signin"
	"habilis/internal/strength"
	"habilis/internal/structure"
)

// Size is how much a firm holds.
type Size struct{ Structures, People, Grants int }

// Sizes names the sizes.
var Sizes = map[string]Size{
	"s": {20, 60, 200},
	"m": {5_000, 20_000, 100_000},
	"l": {100_000, 500_000, 2_000_000},
}

// Explore sets up the example in an empty file, owned by the person who looks at it, and signs them in.
//
// Nobody is asked anything: its administrator is made up, and their passphrase stands in the file, where the pages find it.
func Explore(ctx context.Context, f *flow.Service, in flow.SetUp) (string, error) {
	in = flow.SetUp{
		Kind: "practice", Name: "Cabinet Laurier", TimeZone: in.TimeZone, Language: in.Language, Registry: "none",
		Email: "paul.durand@exemple.example", FirstName: "Paul", LastName: "Durand", Passphrase: strength.Propose(in.Language),
	}
	in.Families = []string{profile.PortailPublic, profile.Cabinet, profile.PortailClient}
	return f.SetUpWith(ctx, in, func(ctx context.Context, tx *db.Tx) error {
		if err := fill(ctx, tx, Sizes["s"]); err != nil {
			return err
		}
		return tx.MarkSample(ctx, in.Passphrase)
	})
}

// Fill writes a firm of a size beside the administrator that the set-up made, in one transaction. Each line of the journal stands for some thousands of rows.
func Fill(ctx context.Context, d *db.DB, size Size) error {
	return d.Write(ctx, func(tx *db.Tx) error { return fill(ctx, tx, size) })
}

func fill(ctx context.Context, tx *db.Tx, size Size) error {
	w, err := newWriter(ctx, tx, size)
	if err != nil {
		return err
	}
	if err := w.all(); err != nil {
		return err
	}
	tx.Mark(db.Rights, db.Profiles, db.FirmWide)
	return nil
}

// Command makes a new file with a firm of a size, and writes how to enter it. There is no default account: the passphrase is made anew.
func Command(ctx context.Context, folder, size, email, passphrase string, out io.Writer) (err error) {
	wanted, known := Sizes[strings.ToLower(size)]
	if !known {
		return fault.New(fault.Refused, "command.demo_size")
	}
	start := time.Now()
	d, err := db.Open(ctx, folder, "demo", time.Now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if passphrase == "" {
		passphrase = rand.Text()
	}
	sessions := signin.NewSessions(time.Now, func() time.Duration { return time.Minute })
	in := signin.NewService(d, time.Now, func() signin.Cost { return signin.Floor }, signin.Floor, sessions)
	changes := change.NewService(d)
	structures := structure.NewService(d, time.Now, func(context.Context) insee.Registry { return nil })
	f := flow.NewService(d, changes, in, structures, func(string, string) insee.Registry { return nil })
	_, err = f.SetUp(ctx, flow.SetUp{
		Kind: "practice", Name: "Cabinet Laurier", TimeZone: "Europe/Paris", Language: "fr", Registry: "none",
		Families: []string{profile.PortailPublic, profile.Cabinet, profile.PortailClient},
		Email:    email, FirstName: "Paul", LastName: "Durand", Passphrase: passphrase,
	})
	if err != nil {
		return err
	}
	if err := Fill(ctx, d, wanted); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n%s\n%s\n%.1f s\n", d.Path(), email, passphrase, time.Since(start).Seconds())
	return err
}
