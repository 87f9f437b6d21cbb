// Habilis keeps, on one's own computer, a firm's structures, its people and who may do what where — and proves why.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"habilis/internal/app"
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
	if err := command(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, phrase.Error(err))
		os.Exit(1)
	}
}

// command runs a command: to ask for help is no failure.
func command(args []string) error {
	if err := run(args); !errors.Is(err, flag.ErrHelp) {
		return err
	}
	return nil
}

// run picks the mode and nothing else.
func run(args []string) error {
	mode := "window"
	if len(args) > 0 && args[0] != "" && args[0][0] != '-' {
		mode, args = args[0], args[1:]
	} else if len(args) > 0 && slices.Contains([]string{"-h", "-help", "--help"}, args[0]) {
		mode = "help"
	}
	switch mode {
	case "help":
		for _, of := range []func(args []string) error{window, served, demonstrate} {
			if err := of([]string{"-h"}); !errors.Is(err, flag.ErrHelp) {
				return err
			}
		}
		fmt.Println(say("command.help.version"))
		return nil
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

func say(key string) string { return phrase.Say(phrase.Language(), key, nil) }

// flags reads the flags of a mode, each said by the key command.flag.<name>. It fails with flag.ErrHelp, once the mode is explained, where that is asked.
func flags(mode string, args []string, more func(f *flag.FlagSet)) (app.Settings, error) {
	set := app.Settings{Mode: mode}
	f := flag.NewFlagSet(mode, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.StringVar(&set.Folder, "data", dataFolder(), "")
	f.StringVar(&set.Annuaire, "annuaire", insee.AnnuaireURL, "")
	f.StringVar(&set.Sirene, "sirene", insee.SireneURL, "")
	if more != nil {
		more(f)
	}
	err := f.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		explain(f)
		return set, err
	}
	if err != nil {
		return set, fault.New(fault.Refused, "command.flag_unknown", "problem", option(err))
	}
	for given, real := range map[string]string{set.Annuaire: insee.AnnuaireURL, set.Sirene: insee.SireneURL} {
		u, err := url.Parse(given)
		if err != nil || given != real && !net.ParseIP(u.Hostname()).IsLoopback() {
			return set, fault.New(fault.Refused, "command.loopback_only")
		}
	}
	return set, nil
}

// option returns what was typed of an option that is not understood, without the library's words.
func option(err error) string {
	text := err.Error()
	if i := strings.LastIndex(text, "-"); i >= 0 {
		text, _, _ = strings.Cut(text[i:], " ")
		return strings.TrimRight(text, ":")
	}
	return text
}

// explain prints what a mode does, and its flags.
func explain(f *flag.FlagSet) {
	fmt.Println(say("command.help." + f.Name()))
	f.VisitAll(func(x *flag.Flag) {
		text := say("command.flag." + x.Name)
		if x.DefValue != "" {
			text += " [" + x.DefValue + "]"
		}
		fmt.Printf("  --%-10s %s\n", x.Name, text)
	})
	fmt.Println()
}

func window(args []string) error {
	set, err := flags("window", args, nil)
	if err != nil {
		return err
	}
	program := app.New(set)
	seat := bridge.NewSeat(program.Services)
	err = desktop.Run(serve.Window(pages(), seat), bridge.Handlers(program.Services, seat), func(w desktop.Window) {
		seat.SaveBy(w.Ask)
		_ = program.Open(context.Background())      // every call says why it could not be
		go seat.Watch(context.Background(), w.Tell) //nolint:errcheck // it ends with the program
	})
	if errors.Is(err, desktop.ErrNoDisplay) {
		return fault.New(fault.Refused, "command.no_display")
	}
	return errors.Join(err, program.Close())
}

func served(args []string) error {
	var at serve.Listen
	set, err := flags("serve", args, func(f *flag.FlagSet) {
		f.StringVar(&at.Address, "listen", "127.0.0.1:0", "")
		f.StringVar(&at.Certificate, "tls-cert", "", "")
		f.StringVar(&at.Key, "tls-key", "", "")
	})
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	program, err := app.Open(ctx, set)
	if err != nil {
		return err
	}
	if exposed := program.Exposed(); exposed != nil {
		fmt.Fprintln(os.Stderr, phrase.Error(exposed))
	}
	err = serve.Run(ctx, program.Services, pages(), at, func(address string) { fmt.Println(address) })
	return errors.Join(err, program.Close())
}

func demonstrate(args []string) error {
	var size, email, passphrase string
	set, err := flags("demo", args, func(f *flag.FlagSet) {
		f.StringVar(&size, "size", "s", "")
		f.StringVar(&email, "email", "paul.durand@exemple.example", "")
		f.StringVar(&passphrase, "passphrase", "", "")
	})
	if err != nil {
		return err
	}
	return demo.Command(context.Background(), set.Folder, size, email, passphrase, os.Stdout)
}
