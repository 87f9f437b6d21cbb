// Package phrase renders message keys in Go, as the pages do: for the command line, and for exports.
package phrase

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"habilis/frontend/src/locales"
	"habilis/internal/fault"
)

// Language returns fr or en, from the environment of a command: French unless it says otherwise.
func Language() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if strings.HasPrefix(os.Getenv(name), "en") {
			return "en"
		}
	}
	return "fr"
}

// Say renders a key in a language with its parameters; an unknown key is shown as it is.
func Say(language, key string, params map[string]string) string {
	text, err := locales.Files.ReadFile(language + ".json")
	if err != nil {
		return key
	}
	var all map[string]string
	if json.Unmarshal(text, &all) != nil || all[key] == "" {
		return key
	}
	said := all[key]
	for name, value := range params {
		said = strings.ReplaceAll(said, "{{"+name+"}}", value)
	}
	return said
}

// Error says a failure on the command line.
func Error(err error) string {
	f, ok := fault.As(err)
	if !ok {
		return fmt.Sprint("habilis: ", err)
	}
	var said []string
	for _, p := range f.Problems {
		said = append(said, Say(Language(), p.Key, p.Params))
	}
	return strings.Join(said, "\n")
}
