package db

import (
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"
)

// openToOthers is told by access lists here, not by a mode.
func openToOthers(string) bool { return false }

// networked names a share of the network, or a drive that stands for one, empty where the folder lies on this computer.
func networked(folder string) string {
	whole, err := filepath.Abs(folder)
	if err != nil {
		return ""
	}
	volume := filepath.VolumeName(whole)
	if strings.HasPrefix(volume, `\\`) && !strings.HasPrefix(volume, `\\?\`) && !strings.HasPrefix(volume, `\\.\`) || strings.HasPrefix(strings.ToUpper(volume), `\\?\UNC`) {
		return "SMB"
	}
	root, err := windows.UTF16PtrFromString(volume + `\`)
	if err == nil && windows.GetDriveType(root) == windows.DRIVE_REMOTE {
		return "SMB"
	}
	return ""
}
