`timescale 1 ps/1 ps

// Steps, impulses and the largest sum, resets with a history of every length, then random samples.
module tb();

    typedef struct packed {
        int errors;
        int errortime;
        int errors_sum;
        int errortime_sum;

        int clocks;
    } stats;

    stats stats1;

    reg clk = 0;
    initial forever #5 clk = ~clk;

    logic reset;
    logic [7:0] x;
    logic [10:0] sum_ref;
    logic [10:0] sum_dut;

    RefModule good1 (
        .clk(clk),
        .reset(reset),
        .x(x),
        .sum(sum_ref)
    );

    TopModule top_module1 (
        .clk(clk),
        .reset(reset),
        .x(x),
        .sum(sum_dut)
    );

    // A private seed: nothing that a design draws changes the stimulus.
    int seed = 90821;
    function int pick(input int n);
        pick = $unsigned($random(seed)) % n;
    endfunction

    task take(input int cycles, input [7:0] sample);
        repeat (cycles) begin
            x = sample;
            @(negedge clk);
        end
    endtask
    task restart(input int cycles);
        reset = 1; x = $random(seed);
        repeat (cycles) @(negedge clk);
        reset = 0;
    endtask
    initial begin
        x = 77;
        restart(1);
        take(1, 200); take(9, 0); take(12, 255); take(12, 0);
        restart(2);
        for (int i = 0; i < 8; i++) take(1, 1 << i);
        take(10, 0);
        for (int i = 1; i < 20; i++) begin
            take(i, 255); restart(1 + i % 3); take(i % 11, 3);
            restart(1);
            repeat (20) take(1, $random(seed));
        end
        repeat (2000) begin
            x = $random(seed); reset = pick(40) == 0;
            @(negedge clk);
        end
        $finish;
    end

    // X in the reference matches anything; X in the design matches only X.
    wire tb_match = sum_ref === (sum_ref ^ sum_dut ^ sum_ref);

    // Just before the next edge: whatever a design schedules at an edge has settled by then.
    always @(posedge clk, negedge clk) begin
        #4;
        stats1.clocks++;
        if (!tb_match) begin
            if (stats1.errors == 0) stats1.errortime = $time;
            stats1.errors++;
        end
        if (sum_ref !== (sum_ref ^ sum_dut ^ sum_ref)) begin
            if (stats1.errors_sum == 0) stats1.errortime_sum = $time;
            stats1.errors_sum++;
        end
    end

    final begin
        if (stats1.errors_sum) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "sum", stats1.errors_sum, stats1.errortime_sum);
        else $display("Hint: Output '%s' has no mismatches.", "sum");
        $display("Hint: Total mismatched samples is %1d out of %1d samples\n", stats1.errors, stats1.clocks);
        $display("Simulation finished at %0d ps", $time);
        $display("Mismatches: %1d in %1d samples", stats1.errors, stats1.clocks);
    end

    initial begin
        #1000000
        $display("TIMEOUT");
        $finish();
    end

endmodule
