// @ts-check
// The shortest program that zips a folder with adm-zip. Arguments: adm-zip's own folder, the folder to zip, the zip.
import { createRequire } from 'node:module';
import process from 'node:process';

const [module = '', folder = '', outFile = ''] = process.argv.slice(2);
const AdmZip = createRequire(import.meta.url)(module);
const zip = new AdmZip();
zip.addLocalFolder(folder);
zip.writeZip(outFile);
