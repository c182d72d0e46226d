`timescale 1 ps/1 ps

// The start, long runs of both levels, alternation, then a random input.
module tb();

    typedef struct packed {
        int errors;
        int errortime;
        int errors_z;
        int errortime_z;

        int clocks;
    } stats;

    stats stats1;

    reg clk = 0;
    initial forever #5 clk = ~clk;

    logic x;
    logic z_ref;
    logic z_dut;

    RefModule good1 (
        .clk(clk),
        .x(x),
        .z(z_ref)
    );

    TopModule top_module1 (
        .clk(clk),
        .x(x),
        .z(z_dut)
    );

    // A private seed: nothing that a design draws changes the stimulus.
    int seed = 1895;
    function int pick(input int n);
        pick = $unsigned($random(seed)) % n;
    endfunction

    initial begin
        x = 0;
        repeat (5) @(negedge clk);
        x = 1;
        repeat (6) @(negedge clk);
        repeat (12) @(negedge clk) x = ~x;
        repeat (1000) @(negedge clk) x = pick(2);
        @(negedge clk) $finish;
    end

    // X in the reference matches anything; X in the design matches only X.
    wire tb_match = {z_ref} === ({z_ref} ^ {z_dut} ^ {z_ref});

    // Just before every edge, the first one too: here the start values count.
    initial forever begin
        #4;
        stats1.clocks++;
        if (!tb_match) begin
            if (stats1.errors == 0) stats1.errortime = $time;
            stats1.errors++;
        end
        if (z_ref !== (z_ref ^ z_dut ^ z_ref)) begin
            if (stats1.errors_z == 0) stats1.errortime_z = $time;
            stats1.errors_z++;
        end
        #1;
    end

    final begin
        if (stats1.errors_z) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "z", stats1.errors_z, stats1.errortime_z);
        else $display("Hint: Output '%s' has no mismatches.", "z");
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
