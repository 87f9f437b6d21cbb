/** Whether keys are somebody else's for now: the lock stands before the page, or a dialog, a list or a calendar is open on it. */
export const locked = () => document.querySelector(".lock") !== null;
export const covered = () =>
  locked() || document.querySelector("[role='dialog'], [role='listbox'], [role='menu'], [data-dates-dropdown]") !== null;
