package db

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"
)

// everybody are the groups that other people of this computer are in.
var everybody = []windows.WELL_KNOWN_SID_TYPE{windows.WinWorldSid, windows.WinBuiltinUsersSid, windows.WinAuthenticatedUserSid, windows.WinBuiltinGuestsSid, windows.WinInteractiveSid}

// reading are the rights of an entry by which a folder is read or entered.
const reading = windows.FILE_LIST_DIRECTORY | windows.FILE_TRAVERSE | windows.GENERIC_READ | windows.GENERIC_ALL | windows.GENERIC_EXECUTE

// openToOthers reports whether an entry of a folder's access list lets others on this computer read it. A folder without a list is open to everybody.
func openToOthers(folder string) bool {
	sd, err := windows.GetNamedSecurityInfo(folder, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return false // what cannot be asked is not said
	}
	list, _, err := sd.DACL()
	if err != nil || list == nil {
		return err == nil
	}
	for i := range list.AceCount {
		var entry *windows.ACCESS_ALLOWED_ACE
		if windows.GetAce(list, uint32(i), &entry) != nil || entry.Header.AceType != windows.ACCESS_ALLOWED_ACE_TYPE || entry.Mask&reading == 0 {
			continue
		}
		who := (*windows.SID)(unsafe.Pointer(&entry.SidStart))
		if slices.ContainsFunc(everybody, who.IsWellKnown) {
			return true
		}
	}
	return false
}

// closeToOthers gives a folder that Habilis made a list of its own: the user, the system, the administrators, and what stands inside alike.
func closeToOthers(folder string) error {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return fmt.Errorf("user: %w", err)
	}
	sd, err := windows.SecurityDescriptorFromString("D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;" + user.User.Sid.String() + ")")
	if err != nil {
		return fmt.Errorf("access list: %w", err)
	}
	list, _, err := sd.DACL()
	if err != nil {
		return fmt.Errorf("access list: %w", err)
	}
	return windows.SetNamedSecurityInfo(folder, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION|windows.PROTECTED_DACL_SECURITY_INFORMATION, nil, nil, list, nil)
}

// withoutRights names the file system of a folder that knows no rights, empty where it knows some.
func withoutRights(folder string) string {
	whole, err := filepath.Abs(folder)
	if err != nil {
		return ""
	}
	root, err := windows.UTF16PtrFromString(filepath.VolumeName(whole) + `\`)
	if err != nil {
		return ""
	}
	name := make([]uint16, windows.MAX_PATH+1)
	if windows.GetVolumeInformation(root, nil, 0, nil, nil, nil, &name[0], uint32(len(name))) != nil {
		return ""
	}
	if system := windows.UTF16ToString(name); strings.Contains(strings.ToUpper(system), "FAT") {
		return system
	}
	return ""
}

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
