/** All the script of the home page. */
import { startPlain } from './plain';

startPlain({ name: 'home' });
