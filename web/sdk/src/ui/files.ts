// What few visitors see is in files of their own, each named by its digest, so that this file vouches for them.
import { complain } from '../guard';
import { held } from './lent';

/** Does nothing when the server is away; the console says so. */
export function withFile<T>(name: string, digest: string, use: (file: T) => void): void {
  import(`${held()[5].origin}/sdk/${digest}/${name}.js`).then(use).catch((error) => complain(name + ' is missing', error));
}
