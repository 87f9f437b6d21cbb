package db

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestWholeNamesWhatIsThere: relative paths, links and what is still to be made are named as mounts are told.
func TestWholeNamesWhatIsThere(t *testing.T) {
	base, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	real := filepath.Join(base, "mnt")
	require.NoError(t, os.Mkdir(real, 0o700))
	require.NoError(t, os.Symlink(real, filepath.Join(base, "link")))
	t.Chdir(base)

	for given, want := range map[string]string{
		"mnt": real, "./mnt": real, "link": real, "link/new/deeper": filepath.Join(real, "new", "deeper"), filepath.Join(base, "x", "..", "mnt"): real, real: real,
	} {
		assert.Equal(t, want, whole(given), given)
	}
}
