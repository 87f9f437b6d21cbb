package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
)

// toBuild are the Debian packages without which the window cannot be built.
func toBuild() []string {
	return []string{"gcc", "libc6-dev", "pkg-config", "libgtk-3-dev", "libwebkit2gtk-4.1-dev"}
}

// toTest are the Debian packages that the end-to-end tests drive.
func toTest() []string {
	return []string{
		"git", "chromium", "xvfb", "xauth", "xdotool", "imagemagick", "at-spi2-core", "python3-pyatspi", "gir1.2-atspi-2.0", "dbus", "dbus-x11", "fonts-dejavu-core",
	}
}

// setup installs what is missing to build, or to test too, and says what it did. It does nothing where nothing is missing.
func setup(ctx context.Context, testing bool) error {
	if runtime.GOOS == "linux" {
		wanted := toBuild()
		if testing {
			wanted = append(wanted, toTest()...)
		}
		if err := system(ctx, wanted); err != nil {
			return err
		}
	}
	return pages(ctx)
}

func system(ctx context.Context, wanted []string) error {
	if _, err := exec.LookPath("dpkg-query"); err != nil {
		return otherSystem(ctx, wanted)
	}
	missing := slices.DeleteFunc(wanted, func(name string) bool {
		status, err := cmd("dpkg-query", "-W", "-f", "${db:Status-Status}", name).output(ctx)
		return err == nil && strings.TrimSpace(status) == "installed"
	})
	if len(missing) == 0 {
		return nil
	}
	list := strings.Join(missing, " ")
	var prefix []string
	if os.Geteuid() != 0 {
		if _, err := cmd("sudo", "-n", "true").output(ctx); err != nil {
			return fmt.Errorf("these packages are missing and need an administrator to install them: sudo apt-get install %s", list)
		}
		prefix = []string{"sudo", "-n"}
	}
	quiet := append(prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300")
	return timed("installed "+list, func() error {
		if _, err := cmd(append(slices.Clone(quiet), "update")...).output(ctx); err != nil {
			return err
		}
		_, err := cmd(append(append(slices.Clone(quiet), "install", "-y", "--no-install-recommends"), missing...)...).output(ctx)
		return err
	})
}

// otherSystem accepts a Linux without dpkg where a compiler and the libraries of the window can be found.
func otherSystem(ctx context.Context, wanted []string) error {
	_, libraries := cmd("pkg-config", "--exists", "gtk+-3.0", "webkit2gtk-4.1").output(ctx)
	_, compiler := exec.LookPath("gcc")
	if errors.Join(libraries, compiler) != nil {
		return fmt.Errorf("install, under the names of your system, what Debian calls: %s", strings.Join(wanted, " "))
	}
	return nil
}

// pages installs the front end's packages unless those of this lock file are there.
func pages(ctx context.Context) error {
	if _, err := exec.LookPath("npm"); err != nil {
		return errors.New("install Node.js 20.19 or newer, with npm")
	}
	lock, err := os.ReadFile("frontend/package-lock.json")
	if err != nil {
		return fmt.Errorf("lock file: %w", err)
	}
	sum := sha256.Sum256(lock)
	want, stamp := hex.EncodeToString(sum[:]), "frontend/node_modules/.habilis-lock"
	if have, err := os.ReadFile(stamp); err == nil && string(have) == want {
		return nil
	}
	return timed("installed the packages of the pages (npm ci)", func() error {
		if _, err := cmd("npm", "ci", "--no-fund", "--no-audit").in("frontend").output(ctx); err != nil {
			return err
		}
		return os.WriteFile(stamp, []byte(want), 0o600)
	})
}
