package main

import (
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// printed returns what a command prints when it ends well.
func printed(t *testing.T, args ...string) string {
	t.Helper()
	read, write, err := os.Pipe()
	require.NoError(t, err)
	before := os.Stdout
	os.Stdout = write
	done := command(args)
	os.Stdout = before
	require.NoError(t, write.Close())
	require.NoError(t, done)
	text, err := io.ReadAll(read)
	require.NoError(t, err)
	return string(text)
}

// TestHelp: every mode and every flag is said, in both languages, and asking is no failure.
func TestHelp(t *testing.T) {
	for language, said := range map[string]string{"fr_FR.UTF-8": "dossier des données", "en_GB.UTF-8": "folder of the data"} {
		t.Setenv("LC_ALL", language)
		for _, asked := range [][]string{{"-h"}, {"--help"}, {"help"}, {"serve", "-h"}, {"demo", "--help"}, {"window", "--help"}} {
			text := printed(t, asked...)

			assert.Contains(t, text, said, asked)
			assert.NotContains(t, text, "command.", "a key without a sentence")
			if len(asked) == 1 {
				for _, part := range []string{"habilis serve", "habilis demo", "habilis version", "--tls-key", "--size", "--data"} {
					assert.Contains(t, text, part, asked)
				}
			}
		}
	}
}

// TestUnknownFlag: what is not understood is said, and is a failure.
func TestUnknownFlag(t *testing.T) {
	assert.ErrorContains(t, command([]string{"serve", "--nope"}), "command.flag_unknown")
}
