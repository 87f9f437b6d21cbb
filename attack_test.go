//go:build linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
)

// asProgram makes this test binary be the program, with these arguments: see TestMain.
const asProgram = "HABILIS_TEST_PROGRAM"

// TestMain runs the program itself where a test has asked this binary to.
func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Args = append([]string{"habilis"}, strings.Split(os.Getenv(asProgram), "\x1f")...)
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// program is the program as it runs by itself.
type program struct {
	t       *testing.T
	command *exec.Cmd
	printed string // its first line
	origin  string
	errors  *bytes.Buffer
}

// start runs the program until the test ends, and waits for its first line.
func start(t *testing.T, args ...string) *program {
	t.Helper()
	binary, err := os.Executable()
	require.NoError(t, err)
	p := &program{t: t, command: exec.CommandContext(t.Context(), binary), errors: &bytes.Buffer{}} //nolint:gosec // this binary
	p.command.Env = append(os.Environ(), asProgram+"="+strings.Join(args, "\x1f"))
	p.command.Stderr = p.errors
	out, err := p.command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.command.Start())
	t.Cleanup(func() { _ = p.end() })
	lines := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(out).ReadString('\n') // ends with the program
		lines <- line
	}()
	select {
	case p.printed = <-lines:
	case <-time.After(30 * time.Second):
		require.NoError(t, p.command.Process.Kill())
		require.Fail(t, "it says nothing", p.errors.String())
	}
	if u, err := url.Parse(strings.TrimSpace(p.printed)); err == nil {
		p.origin = u.Scheme + "://" + u.Host
	}
	return p
}

func (p *program) end() error {
	_ = p.command.Process.Signal(syscall.SIGTERM) // it may have ended
	return p.command.Wait()
}

// call calls a method without a cookie, as a stranger does.
func (p *program) call(name string, args ...any) string {
	p.t.Helper()
	body, err := json.Marshal(map[string]any{"name": "bridge." + name, "args": append([]any{}, args...)})
	require.NoError(p.t, err)
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, p.origin+"/rpc", bytes.NewReader(body))
	require.NoError(p.t, err)
	r.Header.Set("Origin", p.origin)
	response, err := http.DefaultClient.Do(r)
	require.NoError(p.t, err)
	defer response.Body.Close() //nolint:errcheck // read whole
	text, err := io.ReadAll(response.Body)
	require.NoError(p.t, err)
	return string(text)
}

func serving(t *testing.T, folder string) *program {
	t.Helper()
	return start(t, "serve", "--data", folder, "--listen", "127.0.0.1:0")
}

// TestServeLeavesNoCore: issue H11. What a crash would write down holds what people typed: no core is ever written.
func TestServeLeavesNoCore(t *testing.T) {
	// given a shell that allows cores
	var before syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_CORE, &before))
	if before.Max == 0 {
		t.Skip("no process here may leave a core")
	}
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{Cur: before.Max, Max: before.Max}))
	t.Cleanup(func() { _ = syscall.Setrlimit(syscall.RLIMIT_CORE, &before) })

	// when the program serves
	p := serving(t, t.TempDir())

	// then none is allowed to it
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", p.command.Process.Pid))
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); strings.HasPrefix(line, "Max core file size") {
			assert.Equal(t, []string{"0", "0"}, fields[4:6], line)
		}
	}
}

// TestServeAsksForThePrintedToken: issue H4. The first line that is printed carries what the set-up asks for; a stranger who
// finds the port has nothing set up, and nothing asked of a register.
func TestServeAsksForThePrintedToken(t *testing.T) {
	p := serving(t, t.TempDir())
	u, err := url.Parse(strings.TrimSpace(p.printed))
	require.NoError(t, err)

	assert.GreaterOrEqual(t, len(u.RawQuery+u.Fragment), 16, p.printed)
	answer := p.call("Session.SetUp", map[string]any{
		"kind": "practice", "name": "Cabinet", "timeZone": "Europe/Paris", "language": "fr", "registry": "none", "families": []string{},
		"email": "mallory@exemple.example", "firstName": "M", "lastName": "M", "passphrase": "Tambour-Girofle-9-Lanterne-Escabeau",
	})
	assert.Contains(t, answer, `"error"`)
	assert.Contains(t, p.call("Session.State"), `"setUp":false`)
	assert.NotContains(t, p.call("Session.State"), u.RawQuery+u.Fragment, "and no answer gives the token")
}

// TestServeEmptiesItsTmp: issue H5. What a killed program left in the data folder's own tmp goes when the next one starts.
func TestServeEmptiesItsTmp(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "tmp"), 0o777))
	left := filepath.Join(folder, "tmp", "export-1234")
	require.NoError(t, os.WriteFile(left, []byte("names"), 0o600))

	serving(t, folder)

	assert.NoFileExists(t, left)
	info, err := os.Stat(filepath.Join(folder, "tmp"))
	if err == nil {
		assert.Zero(t, info.Mode().Perm()&0o077)
	}
}

// TestServeSaysAnOpenFolder: issue H6. A folder that others may read is said, in words, and its file is made private.
func TestServeSaysAnOpenFolder(t *testing.T) {
	// given a folder and a file that anybody may read
	folder := t.TempDir()
	require.NoError(t, serving(t, folder).end())
	path := filepath.Join(folder, db.FileName)
	require.NoError(t, os.Chmod(folder, 0o777))
	require.NoError(t, os.Chmod(path, 0o666))

	// when it is served
	p := serving(t, folder)

	// then that is said, and the file is private
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.NoError(t, p.end())
	assert.NotEmpty(t, p.errors.String())
}

// TestServeRefusesAPipe: issue H11. A pipe in the place of the file is refused with a reason; nothing hangs.
func TestServeRefusesAPipe(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, syscall.Mkfifo(filepath.Join(folder, db.FileName), 0o600))

	ended := make(chan error, 1)
	binary, err := os.Executable()
	require.NoError(t, err)
	command := exec.CommandContext(t.Context(), binary) //nolint:gosec // this binary
	command.Env = append(os.Environ(), asProgram+"=serve\x1f--data\x1f"+folder)
	go func() { ended <- command.Run() }()

	select {
	case err := <-ended:
		assert.Error(t, err)
	case <-time.After(10 * time.Second):
		t.Error("it hangs")
		require.NoError(t, command.Process.Kill())
		assert.Error(t, <-ended)
	}
}
