// @ts-check
// The folders that are packaged: functions with their node_modules, in .bench/, made once and used again.
import { lstat, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { install } from './install.mjs';

const awsClients = (/** @type {string} */ names) => names.split(' ').map((name) => `@aws-sdk/client-${name}`);

const common = ['express', 'lodash', 'zod', 'axios', 'date-fns'];

/** `large` is near the 250 MB that Lambda takes unzipped. */
const packagesOf = {
  medium: [...awsClients('s3 dynamodb'), ...common],
  large: [
    ...awsClients('s3 dynamodb ec2 sagemaker iam lambda ecs sns sqs cloudwatch cloudfront rds cloudformation'),
    ...awsClients('connect glue ssm redshift iot pinpoint wafv2 quicksight medialive mediaconvert securityhub'),
    ...awsClients('opensearch kinesis kms route-53 organizations datazone bedrock-agent-runtime lightsail'),
    ...common,
    'typescript@5',
    'sharp',
    'esbuild',
    'exceljs',
  ],
};

const handlerText = `import { S3Client } from '@aws-sdk/client-s3';

const s3 = new S3Client();

export const handler = async (event) => ({ region: await s3.config.region(), event });
`;

/** @typedef {keyof typeof packagesOf} CorpusName */
/** @typedef {{ name: CorpusName, folder: string, handler: string, files: number, bytes: number }} Corpus */

export const corpusNames = /** @type {CorpusName[]} */ (Object.keys(packagesOf));

/**
 * @param {string} root Folder of everything the benchmarks make.
 * @param {CorpusName} name
 * @returns {Promise<Corpus>}
 */
export async function ensureCorpus(root, name) {
  const folder = join(root, name);
  await install(folder, packagesOf[name]);
  const handler = join(folder, 'index.mjs');
  if ((await readFile(handler, 'utf8').catch(() => '')) !== handlerText) await writeFile(handler, handlerText);
  return { name, folder, handler, ...(await measureFolder(folder)) };
}

/** Another edit with each number: a line at the end of the handler. */
export const editHandler = (/** @type {Corpus} */ corpus, /** @type {number} */ number) =>
  writeFile(corpus.handler, `${handlerText}// edit ${number}\n`);

export const undoEdit = (/** @type {Corpus} */ corpus) => writeFile(corpus.handler, handlerText);

/** @param {string} folder */
async function measureFolder(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  let bytes = 0;
  for (const { parentPath, name } of files) bytes += (await lstat(join(parentPath, name))).size;
  return { files: files.length, bytes };
}
