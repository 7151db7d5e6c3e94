import type { FunctionRecord } from '../store/function-store.ts';
import type { OwnFiles } from './own-files.ts';

/** For what the kernel itself keeps for processes: page tables, stacks, sockets. */
const ofKernelMB = 16;

/**
 * Before the runtime starts. The kernel's limit on memory has room for the files in a /tmp that lies in memory, which do not count: what a
 * function holds without them is looked at beside it. Processors are limited after init only, which on Lambda has more of them as well.
 */
export function limitForInit(
  { group, isContained }: Pick<OwnFiles, 'group' | 'isContained'>,
  fn: Pick<FunctionRecord, 'memorySizeMB' | 'ephemeralStorageMB'>,
): void {
  group?.limitMemory(fn.memorySizeMB + ofKernelMB + (isContained ? fn.ephemeralStorageMB : 0));
  group?.limitProcessors(undefined);
}

/** 1,769 MB have one processor, and 10,240 MB six. Source: "Configure Lambda function memory" in the AWS Lambda Developer Guide. */
export const processorsOf = (memorySizeMB: number): number => Math.min(6, memorySizeMB / 1769);
