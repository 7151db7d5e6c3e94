import { homedir } from 'node:os';
import path from 'node:path';

/** Where the local Lambda of this user keeps its state, unless told otherwise: the system's own place for such data. */
export function defaultDataDirectory(): string {
  const home = homedir();
  if (process.platform === 'win32')
    return path.join(process.env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'lambda-workbench');
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'lambda-workbench');
  return path.join(process.env['XDG_DATA_HOME'] ?? path.join(home, '.local', 'share'), 'lambda-workbench');
}
