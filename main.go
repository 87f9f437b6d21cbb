// Habilis keeps, on one's own computer, a firm's structures, its people and who may do what where — and proves why.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/signal"
	"syscall"

	"habilis/internal/bridge"
	"habilis/internal/demo"
	"habilis/internal/desktop"
	"habilis/internal/fault"
	"habilis/internal/insee"
	"habilis/internal/phrase"
	"habilis/internal/serve"
)

// version is set when a release is built.
var version = "0.1"

func main() {
	leaveNoCore()
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, phrase.Error(err))
		os.Exit(1)
	}
}

// run picks the mode and nothing else.
func run(args []string) error {
	mode := "window"
	if len(args) > 0 && args[0] != "" && args[0][0] != '-' {
		mode, args = args[0], args[1:]
	}
	switch mode {
	case "window":
		return window(args)
	case "serve":
		return served(args)
	case "demo":
		return demonstrate(args)
	case "version":
		fmt.Println("habilis", version)
		return nil
	}
	return fault.New(fault.Refused, "command.unknown", "command", mode)
}

func flags(name string, args []string, more func(f *flag.FlagSet)) (settings, error) {
	var set settings
	f := flag.NewFlagSet("habilis "+name, flag.ContinueOnError)
	f.StringVar(&set.folder, "data", dataFolder(), "folder of the data")
	f.StringVar(&set.annuaire, "annuaire", insee.AnnuaireURL, "address of the API Recherche d'entreprises, for tests on this computer")
	f.StringVar(&set.sirene, "sirene", insee.SireneURL, "address of the Sirene API, for tests on this computer")
	if more != nil {
		more(f)
	}
	if err := f.Parse(args); err != nil {
		return set, err
	}
	for given, real := range map[string]string{set.annuaire: insee.AnnuaireURL, set.sirene: insee.SireneURL} {
		u, err := url.Parse(given)
		if err != nil || given != real && !net.ParseIP(u.Hostname()).IsLoopback() {
			return set, fault.New(fault.Refused, "command.loopback_only")
		}
	}
	return set, nil
}

func window(args []string) error {
	set, err := flags("", args, nil)
	if err != nil {
		return err
	}
	services := bridge.NewServices()
	var closeFile func() error
	seat := bridge.NewSeat(services)
	err = desktop.Run(serve.Pages(pages(), ""), bridge.Handlers(services, seat), func(ask func(name string) (path string, err error)) {
		seat.SaveBy(ask)
		if d := fill(context.Background(), services, set, "window"); d != nil {
			closeFile = d.Close
		}
	})
	if errors.Is(err, desktop.ErrNoDisplay) {
		return fault.New(fault.Refused, "command.no_display")
	}
	if closeFile != nil {
		err = errors.Join(err, closeFile())
	}
	return err
}

func served(args []string) error {
	var at serve.Listen
	set, err := flags("serve", args, func(f *flag.FlagSet) {
		f.StringVar(&at.Address, "listen", "127.0.0.1:0", "address; other than this computer's own it needs a certificate")
		f.StringVar(&at.Certificate, "tls-cert", "", "certificate file")
		f.StringVar(&at.Key, "tls-key", "", "key file")
	})
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	services := bridge.NewServices()
	d := fill(ctx, services, set, "serve")
	if d == nil {
		return services.Broken()
	}
	if d.OpenToOthers() {
		fmt.Fprintln(os.Stderr, phrase.Error(fault.New(fault.Refused, "data.open_to_others", "folder", set.folder)))
	}
	err = serve.Run(ctx, services, pages(), at, func(address string) { fmt.Println(address) })
	return errors.Join(err, d.Close())
}

func demonstrate(args []string) error {
	var size, email, passphrase string
	set, err := flags("demo", args, func(f *flag.FlagSet) {
		f.StringVar(&size, "size", "s", "s, m or l")
		f.StringVar(&email, "email", "paul.durand@exemple.example", "address of its administrator")
		f.StringVar(&passphrase, "passphrase", "", "passphrase of its administrator; made anew if left out")
	})
	if err != nil {
		return err
	}
	return demo.Command(context.Background(), set.folder, size, email, passphrase, os.Stdout)
}
